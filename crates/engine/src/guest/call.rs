//! A guest calls staff.

use soban_protocol::endpoint::endpoints::CallStaff;
use soban_protocol::error::ErrorCode;
use soban_protocol::event::EventBody;
use soban_protocol::guest::{CallReply, CallStaffRequest};

use crate::engine::Engine;
use crate::error::EngineError;
use crate::once::once;
use crate::ports::store::StaffCall;

impl Engine {
    /// Calls staff to a screen. A screen has one open call: a further one is the same.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownScreen`].
    pub async fn call_staff(&self, request: CallStaffRequest) -> Result<CallReply, EngineError> {
        let subject = request.clone();
        once::<CallStaff, _, _>(self, request.command, &subject, move |engine, tx| {
            if engine.rules().screen(&request.screen).is_none() {
                return Err(ErrorCode::UnknownScreen.into());
            }
            let open = tx.open_calls()?;
            if let Some(call) = open.into_iter().find(|call| call.screen == request.screen) {
                return Ok(CallReply { call: call.id });
            }
            tx.put_call(&StaffCall {
                id: request.call,
                screen: request.screen.clone(),
                order: request.order,
                at: engine.clock().now(),
                answered: None,
            })?;
            engine.emit(
                tx,
                None,
                &EventBody::Call {
                    call: request.call,
                    answered: false,
                },
            )?;
            Ok(CallReply { call: request.call })
        })
        .await
    }
}
